"""The web: from a request to the rules and the store, and back to an answer."""

import warnings

# Connexion imports Starlette's test client, which warns of its own future at every start.
warnings.filterwarnings("ignore", message="Using `httpx` with `starlette.testclient`")
