"""What stands between a browser and the program that replays. Runs in that program's environment, with its Python."""
