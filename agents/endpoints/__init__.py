"""Everything between a role's question and a model's reply: specs, servers, calls, their store and their limits."""
