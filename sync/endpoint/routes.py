"""The addresses a tablet may ask, and nothing else. Thin: read the request, ask the centre in a thread, answer."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from sync.endpoint.account import account_of
from sync.endpoint.admission import is_record_id
from sync.endpoint.audit import network_kept
from sync.endpoint.auth import Holder
from sync.endpoint.bodies import FOR_A_CODE, FOR_A_PARCEL, json_body
from sync.endpoint.devices import Device
from sync.endpoint.drop_box import Sealed
from sync.endpoint.edge import Edge
from sync.endpoint.exchange import Centre, Offer
from sync.endpoint.gathering import Gathering
from sync.endpoint.gauges import Gauges
from sync.endpoint.limits import Limits, network_of
from sync.endpoint.manner import PLAIN, Manner
from sync.endpoint.metrics import Metrics
from sync.endpoint.problems import (
    MEDIA_TYPE,
    app_too_old,
    by_status,
    code_refused,
    device_lost,
    not_enrolled,
    not_ready,
)
from sync.endpoint.readiness import Readiness
from sync.endpoint.security_txt import security_txt
from sync.errors import MalformedMessage
from sync.protocol import codec
from sync.protocol.app_versions import asking
from sync.protocol.compression import WORTH_IT_BYTES

LOOKING_UP = 2  # threads for what only looks something up


@asynccontextmanager
async def _with_few_threads(app: FastAPI) -> AsyncIterator[None]:
    """One for the exchanges, which are one interpreter's work: threads that fight for it take longer than one after the
    other. Beside it, tokens are looked up."""
    desk: ThreadPoolExecutor = app.state.desk
    with desk, ThreadPoolExecutor(LOOKING_UP, thread_name_prefix="lookup") as threads:
        asyncio.get_running_loop().set_default_executor(threads)
        yield


def build(centre: Centre, *, limits: Limits | None = None, manner: Manner = PLAIN) -> FastAPI:
    """The application around one centre. Describes itself to nobody: no /docs, no /openapi.json."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, lifespan=_with_few_threads)
    app.state.centre = centre
    app.state.turn = asyncio.Lock()  # to write
    app.state.desk = ThreadPoolExecutor(1, thread_name_prefix="desk")
    app.state.gathering = Gathering(centre, app.state.turn, app.state.desk)
    # While another process writes, this one can read what comes next.
    app.state.reading = app.state.desk if centre.database.has_one_writer else None
    app.state.readiness = Readiness(centre.database, app.state.turn)
    app.state.limits = limits or Limits(centre.clock)
    app.state.least_app = manner.least_app
    app.state.metrics = Metrics()
    app.state.metrics.registry.register(Gauges(centre.database, centre.clock))
    app.add_api_route("/healthz", _health, methods=["GET"])
    app.add_api_route("/readyz", _ready, methods=["GET"])
    app.add_api_route("/v1/hello", _hello, methods=["GET"])
    app.add_api_route("/v1/devices", _enrol, methods=["POST"])
    app.add_api_route("/v1/sync", _sync, methods=["POST"])
    app.add_api_route("/v1/receipt", _receipt, methods=["GET"])
    app.add_api_route("/v1/parcels", _bring, methods=["POST"])
    if manner.contact is not None:
        app.state.contact = manner.contact
        app.add_api_route("/.well-known/security.txt", _security_txt, methods=["GET"])
    app.add_exception_handler(HTTPException, _refused_by_framework)
    app.add_middleware(GZipMiddleware, minimum_size=WORTH_IT_BYTES)
    edge = {"new_id": centre.chance.new_id, "metrics": app.state.metrics, "is_behind_tls": manner.is_behind_tls}
    app.add_middleware(Edge, **edge)
    return app


def _centre(request: Request) -> Centre:
    centre: Centre = request.app.state.centre
    return centre


def _turn(request: Request) -> AbstractAsyncContextManager[None]:
    turn: AbstractAsyncContextManager[None] = request.app.state.turn
    return turn


def _limits(request: Request) -> Limits:
    limits: Limits = request.app.state.limits
    return limits


def _network(request: Request) -> str:
    """Where it comes from, as the server says, or the proxy on this machine."""
    return network_of(request.client.host) if request.client else ""


def _kept(request: Request) -> str:
    return network_kept(request.client.host) if request.client else ""


async def token_holder(request: Request) -> Holder:
    """The tablet whose token this is, enrolled or lost. Every route depends on it but the open ones. A token that was
    revoked is answered like one that never was, however often it asks."""
    given = request.headers.getlist("authorization")
    scheme, _, token = given[0].partition(" ") if len(given) == 1 else ("", "", "")
    if scheme.lower() != "bearer" or not token:
        raise not_enrolled()
    holder = await asyncio.to_thread(_centre(request).holder_of, token)
    if holder is None or (holder.is_revoked and not holder.is_lost):
        raise not_enrolled()
    account_of(request).device = holder.device.id
    _limits(request).tablets.take(holder.device.id)
    return holder


async def enrolled_device(request: Request, holder: Annotated[Holder, Depends(token_holder)]) -> Device:
    """The tablet that may do everything a tablet does. A lost one brings what it has with any app."""
    if holder.is_lost:
        raise device_lost()
    _refuse_too_old_an_app(request)
    return holder.device


def _refuse_too_old_an_app(request: Request) -> None:
    least, app = request.app.state.least_app, asking(request.headers.get("user-agent", ""))
    if least is not None and (app is None or app < least):
        raise app_too_old(least)


async def _health() -> Response:
    """The process lives. Whether it can do its work is another question: `/readyz`."""
    return _json(b'{"status":"ok"}')


async def _ready(request: Request) -> Response:
    """Open to all, like `_health`: it says one of three words, and looks at most every few seconds."""
    readiness: Readiness = request.app.state.readiness
    missing = await readiness.missing()
    if missing is not None:
        raise not_ready(missing)
    return _json(b'{"status":"ready"}')


async def _security_txt(request: Request) -> Response:
    text = security_txt(request.app.state.contact, _centre(request).clock())
    return Response(text, media_type="text/plain; charset=utf-8")


async def _hello(request: Request) -> Response:
    return _json(codec.dump_hello(await asyncio.to_thread(_centre(request).hello)))


async def _enrol(request: Request) -> Response:
    wrong_codes, network = _limits(request).wrong_codes, _network(request)
    wrong_codes.look(network)  # whoever may not ask is not listened to
    enrolment = codec.load_enrolment(await json_body(request, FOR_A_CODE))
    async with _turn(request):
        wrong_codes.look(network)  # of many at once, some were refused meanwhile
        enrolled = await asyncio.to_thread(_centre(request).redeem, enrolment, network=_kept(request))
        if enrolled is None:
            wrong_codes.take(network)
            raise code_refused()
    account_of(request).device = enrolled.device
    return _json(codec.dump_enrolled(enrolled), status=201)


async def _sync(request: Request, device: Annotated[Device, Depends(enrolled_device)]) -> Response:
    # Read and understood before the turn is taken: a slow tablet holds up nobody.
    loop, reading, limits = asyncio.get_running_loop(), request.app.state.reading, _limits(request)
    limits.bytes_brought.look(device.id)
    with limits.exchanging(device.id):
        body = await json_body(request)
        limits.bytes_brought.take(device.id, len(body))
        offer = await loop.run_in_executor(reading, _offer, device, body)
        gathering: Gathering = request.app.state.gathering
        reply = await gathering.exchange(offer)
        account_of(request).note_reply(reply)
        return _json(await loop.run_in_executor(reading, codec.dump_reply, reply))


def _offer(device: Device, body: bytes) -> Offer:
    return Offer.of(device, *codec.read_request(body))


async def _bring(request: Request, holder: Annotated[Holder, Depends(token_holder)]) -> Response:
    if not holder.is_lost:
        _refuse_too_old_an_app(request)
    centre, device = _centre(request), holder.device
    with _limits(request).exchanging(device.id):
        sealed = await asyncio.to_thread(_sealed, centre, device, await json_body(request, FOR_A_PARCEL))
        async with _turn(request):
            parcel = await asyncio.to_thread(centre.bring, device, sealed)
    return _json(codec.dump_brought(parcel), status=201)


def _sealed(centre: Centre, device: Device, body: bytes) -> Sealed:
    return centre.look_at_parcel(device, codec.load_bringing(body))


async def _receipt(request: Request, device: Annotated[Device, Depends(enrolled_device)]) -> Response:
    shift = request.query_params.get("shift", "")
    if not is_record_id(shift):
        raise MalformedMessage("shift", "is not the id of a shift")
    return _json(codec.dump_receipt(await asyncio.to_thread(_centre(request).receipt, device, shift)))


def _json(body: bytes, *, status: int = 200) -> Response:
    return Response(body, status_code=status, media_type="application/json")


def _refused_by_framework(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    answer = by_status(status)
    headers = dict(getattr(error, "headers", None) or {})
    return Response(answer.body(), status_code=answer.status, media_type=MEDIA_TYPE, headers=headers)
