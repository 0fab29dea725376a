"""The sandbox's pages: for buyers, for hosts, and the control page for developers.

The pages work without scripts.
"""
