"""Messages that may go → the world: settings, transports, and the worker that hands over each once."""
