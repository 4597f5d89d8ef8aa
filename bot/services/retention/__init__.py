"""Removing what nobody needs any more; what is somebody's, never without telling them before."""
