"""The document of a bill: made when somebody asks for it, and kept nowhere."""
