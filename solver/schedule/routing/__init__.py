"""路线: routes found by search where listing every tour is out of reach, or nobody drives them yet.

``columns`` day-tours of a team with too many; ``county`` day-routes of a whole county; ``vrptw`` public
instances. All of them stand on one search, ruin and recreate (``kernels``).
"""
