"""`tanya doctor`: what each check finds."""
