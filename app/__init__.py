"""The tablet: what a connector touches. Knows `sync`; `sync` never knows it."""
