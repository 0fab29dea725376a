"""The sandbox's pages: what a buyer sees, what a host sees, and the control page for developers.

They work without scripts.
"""
