"""Questions to a server on this machine: no proxy, short answers."""

import aiohttp
from pydantic import JsonValue


async def get_json(url: str, timeout_s: float = 10.0) -> JsonValue:
    """Fetch JSON from `url`; proxies in the environment are ignored.

    Raises:
        aiohttp.ClientError, TimeoutError, ValueError: no server there, an error status, or no JSON.
    """
    timeout = aiohttp.ClientTimeout(total=timeout_s)
    async with aiohttp.ClientSession(trust_env=False, timeout=timeout) as session, session.get(url) as response:
        response.raise_for_status()
        answer: JsonValue = await response.json(content_type=None)
        return answer
