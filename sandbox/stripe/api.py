"""The `/v1` API: one request from its bytes to its answer."""

import asyncio
import json
from dataclasses import dataclass, replace
from http import HTTPStatus

from aiohttp import web

from sandbox.stripe.access import check_access
from sandbox.stripe.account import Account
from sandbox.stripe.booking import book_due
from sandbox.stripe.capture import CapturedRequest
from sandbox.stripe.connect import Connect
from sandbox.stripe.contract import Contract, Operation, SchemaMissError
from sandbox.stripe.errors import StripeError, internal
from sandbox.stripe.expand import expanded
from sandbox.stripe.faults import FaultSwitches, RequestFault, Trouble
from sandbox.stripe.idempotency import IdempotencyKeys, SavedAnswer
from sandbox.stripe.operations import OPERATIONS, Call
from sandbox.stripe.reading import Reading, read
from sandbox.stripe.vocabulary import API_VERSION, Cause, StripeObject


@dataclass(frozen=True, slots=True)
class Answer:
    """`remembered`: an idempotency key keeps it. `replay_of`: the request it was first given to."""

    status: int
    body: bytes
    remembered: bool
    replay_of: str | None = None


@dataclass(frozen=True, slots=True)
class Api:
    """Everything between the socket and the account."""

    connect: Connect
    contract: Contract
    faults: FaultSwitches
    keys: IdempotencyKeys
    endpoint_secrets: dict[str, str]
    secret_key: str
    captured: list[CapturedRequest]

    @property
    def account(self) -> Account:
        """The platform's own."""
        return self.connect.platform

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        reading = read(
            self.contract,
            request.method,
            request.path,
            request.query_string,
            body,
            request.content_type,
        )
        cause = Cause(
            request_id=self.account.ledger.new_id("req_", 14),
            idempotency_key=request.headers.get("Idempotency-Key"),
        )
        self._capture(request, reading, cause)
        fault = self.faults.take_request(request.method, request.path)
        try:
            check_access(request, self.secret_key)
            answer = await self._answer(request, reading, cause, fault)
        except StripeError as error:
            answer = self._refusal(error)
        return await _send(request, answer, cause, fault)

    async def _answer(
        self, request: web.Request, reading: Reading, cause: Cause, fault: RequestFault | None
    ) -> Answer:
        """What the operation says, or said before under the same idempotency key."""
        if fault and fault.error and not fault.error.remembered:
            raise fault.error
        if reading.operation is None or reading.problem is not None:
            raise reading.problem or internal()
        header = request.headers.get("Stripe-Account")
        account = self.connect.named(header)
        book_due(account)
        key = cause.idempotency_key if request.method == "POST" else None
        if key is None:
            return await self._work(account, reading.operation, reading, cause, fault)
        if header is not None:
            key = f"{header} {key}"
        saved = self.keys.begin(key, request.path, reading.params)
        if saved is not None:
            return Answer(saved.status, saved.body, remembered=True, replay_of=saved.request_id)
        try:
            answer = await self._work(account, reading.operation, reading, cause, fault)
            if answer.remembered:
                self.keys.save(
                    key,
                    SavedAnswer(
                        endpoint=request.path,
                        params=reading.params,
                        status=answer.status,
                        body=answer.body,
                        request_id=cause.request_id or "",
                        saved_at=self.account.ledger.now(),
                    ),
                )
            return answer
        finally:
            self.keys.end(key)

    async def _work(
        self,
        account: Account,
        operation: Operation,
        reading: Reading,
        cause: Cause,
        fault: RequestFault | None,
    ) -> Answer:
        if fault and fault.trouble is Trouble.HANGS:
            await asyncio.sleep(fault.seconds)
        try:
            if fault and fault.error:
                raise fault.error
            return Answer(
                HTTPStatus.OK, _json(self._run(account, operation, reading, cause)), remembered=True
            )
        except StripeError as error:
            return self._refusal(error)
        except SchemaMissError:
            return replace(self._refusal(internal()), remembered=True)

    def _run(
        self, account: Account, operation: Operation, reading: Reading, cause: Cause
    ) -> StripeObject:
        self.contract.check_request(operation, reading.params)
        run = OPERATIONS[operation.method, operation.path]
        call = Call(
            account=account,
            connect=self.connect,
            object_id=reading.object_id,
            params=reading.params,
            cause=cause,
            secrets=self.endpoint_secrets,
        )
        answer = expanded(account.ledger, run(call), reading.params.get("expand", []))
        self.contract.check_answer(operation, answer)
        return answer

    def _refusal(self, error: StripeError) -> Answer:
        body = error.body()
        self.contract.check_error(body)
        return Answer(error.status, _json(body), remembered=error.remembered)

    def _capture(self, request: web.Request, reading: Reading, cause: Cause) -> None:
        self.captured.append(
            CapturedRequest(
                method=request.method,
                path=request.path,
                operation=reading.operation.path if reading.operation else None,
                params=reading.params,
                idempotency_key=cause.idempotency_key,
                api_version=request.headers.get("Stripe-Version"),
                request_id=cause.request_id or "",
                account=request.headers.get("Stripe-Account"),
            )
        )


async def _send(
    request: web.Request, answer: Answer, cause: Cause, fault: RequestFault | None
) -> web.StreamResponse:
    """Write the answer, as far as the fault lets it through."""
    response = web.StreamResponse(status=answer.status, headers=_headers(answer, cause))
    response.content_type = "application/json"
    response.content_length = len(answer.body)
    trouble = fault.trouble if fault else None
    if trouble is Trouble.RESPONSE_LOST:
        return _hang_up(request, response)
    await response.prepare(request)
    if trouble is Trouble.BODY_CUT:
        await response.write(answer.body[: len(answer.body) // 2])
        return _hang_up(request, response)
    await response.write(answer.body)
    return response


def _hang_up(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.close()
    return response


def _headers(answer: Answer, cause: Cause) -> dict[str, str]:
    headers = {"Request-Id": cause.request_id or "", "Stripe-Version": API_VERSION}
    if cause.idempotency_key is not None:
        headers["Idempotency-Key"] = cause.idempotency_key
    if answer.replay_of is not None:
        headers |= {"Idempotent-Replayed": "true", "Original-Request": answer.replay_of}
    return headers


def _json(answer: StripeObject) -> bytes:
    return json.dumps(answer, indent=2).encode()
