"""The chat commands, one file each. Which name belongs to which is written in `bot.bootstrap`."""
