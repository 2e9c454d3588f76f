"""What the app does, with no screen attached: async services over the provider clients."""
