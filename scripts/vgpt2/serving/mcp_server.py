"""The tools behind the Model Context Protocol, over standard input and output, by the official SDK."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, Any

from vgpt2.serving.tools import TOOLS, Tools, input_schema

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server


def build_server(tools: Tools) -> Server:
    """The server; calls come one after another, each in a thread, so that a slow one holds up nobody's ping."""
    import anyio
    from mcp.server.lowlevel import Server
    from mcp.types import Tool, ToolAnnotations

    title = tools.catalog.database.title
    server: Server = Server("vgpt2", instructions=f"What {title} is made of, and whether a query for it is proved.")
    turn = anyio.Lock()

    @server.list_tools()
    async def list_tools() -> list[Tool]:
        reads = ToolAnnotations(readOnlyHint=True, openWorldHint=False)
        return [
            Tool(name=name, description=TOOLS[name][0], inputSchema=input_schema(name), annotations=reads)
            for name in tools.names
        ]

    @server.call_tool()
    async def call_tool(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        async with turn:
            return await anyio.to_thread.run_sync(tools.call, name, arguments)

    return server


def serve(tools: Tools) -> None:
    """Serve until the other side is gone. Only the protocol goes to standard output; what else is printed, by a library
    or another process too, goes to standard error."""
    import anyio
    from mcp.server.stdio import stdio_server

    out = io.TextIOWrapper(os.fdopen(os.dup(1), "wb"), encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr

    async def run() -> None:
        server = build_server(tools)
        async with stdio_server(stdout=anyio.wrap_file(out)) as (reads, writes):
            await server.run(reads, writes, server.create_initialization_options())

    try:
        anyio.run(run)
    finally:
        tools.close()
