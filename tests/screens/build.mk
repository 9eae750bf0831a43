# tests/screens/: the real program in a terminal.
