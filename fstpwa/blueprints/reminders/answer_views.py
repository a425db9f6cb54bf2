"""What a notification leads to: two big choices, undo, and the receipt."""
