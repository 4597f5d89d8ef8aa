"""Marks of ours in what everybody in a room can see. They tell nothing to others."""

MARK = "io.github.matrix_ppv.tx"
"""In the content of each event that we send: its transaction id, by which it is found again."""

OPENED_FOR = "io.github.matrix_ppv.opened_for"
"""In `m.room.create` of direct rooms: for whom. A room of ours that was never recorded is found by it."""

UP_TO_DATE = "io.github.matrix_ppv.up_to_date"
"""The type of an event without content, behind which other homeservers find what they have missed."""
