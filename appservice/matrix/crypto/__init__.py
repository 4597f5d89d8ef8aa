"""End-to-end encryption: the bot's device, its keys, and the encrypted rooms it is in.

`nio` keeps sessions and devices; what goes over the network is asked for by us, so that errors, limits
and time-outs are those of the rest of the house.
"""
