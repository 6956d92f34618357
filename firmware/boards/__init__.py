"""One module per board. Each has a class Board that keeps the contract of docs/board.md."""
