"""Something new or worrying: telling it, step by step."""
