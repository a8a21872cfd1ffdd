"""`python -m tests.server`: print the address as one JSON line, then serve until killed."""

import asyncio
import json
from pathlib import Path

import click

from tests.server.answers import warm_up
from tests.server.app import Config, TestServer
from tests.server.faults import parse_rule
from tests.server.running import start


@click.command()
@click.option("--port", default=0, help="0 takes a free one.")
@click.option("--model", default="test")
@click.option("--seed", default=0, help="Other seeds give other replies.")
@click.option("--key", default="", help="API key to ask for.")
@click.option("--latency", default=0.0, help="Mean seconds to a reply.")
@click.option("--sigma", default=0.0, help="Spread of the log-normal latency.")
@click.option("--good-share", default=0.5, help="Fraction of right programs.")
@click.option("--fault", "faults", multiple=True, help='A rule as JSON, such as {"fault": "500", "share": 0.1}.')
@click.option("--refuse", "refuses", multiple=True, help="Parameter to answer with 400.")
@click.option("--log", type=click.Path(path_type=Path), help="File for a line per request and reply.")
def command(
    port: int,
    model: str,
    seed: int,
    key: str,
    latency: float,
    sigma: float,
    good_share: float,
    faults: tuple[str, ...],
    refuses: tuple[str, ...],
    log: Path | None,
) -> None:
    """Serve an OpenAI-compatible model that answers by seed, counts, and breaks on schedule."""
    config = Config(
        model=model,
        seed=seed,
        key=key,
        latency_s=latency,
        sigma=sigma,
        good_share=good_share,
        faults=tuple(parse_rule(text) for text in faults),
        refuses=frozenset(refuses),
        log=log,
    )
    asyncio.run(_serve(config, port))


async def _serve(config: Config, port: int) -> None:
    warm_up()
    _, port = await start(TestServer(config), port)
    print(json.dumps({"url": f"http://127.0.0.1:{port}/v1"}), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    command()
