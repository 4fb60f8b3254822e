"""概率的求得: from what is exact about a part to the chances spread over it, and whole numbers for them."""
