"""文书: papers that leave the house, as PDF and as a page of their own."""
