"""What is asked and answered: conversations, lanes, what each is sent, and what people think of it."""
