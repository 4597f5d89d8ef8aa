"""A Synapse module that intercepts attachments for sale before they enter the room."""
