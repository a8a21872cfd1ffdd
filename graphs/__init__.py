"""The state machines of the method. Nodes call the roles they find in the runtime context."""
