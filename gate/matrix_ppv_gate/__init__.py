"""A Synapse module: attachments that are for sale are taken out before they enter the room."""
