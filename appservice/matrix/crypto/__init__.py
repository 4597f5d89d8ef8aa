"""End-to-end encryption: the bot's device, its keys, and its encrypted rooms.

nio keeps sessions and devices; all requests go through `MatrixClient`, for its errors, limits and time-outs.
"""
