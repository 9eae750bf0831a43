# tests/bench/: how fast, how small.
