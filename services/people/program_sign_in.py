"""Programs that come in with a person's name and password, and get tokens for them."""

from __future__ import annotations

from services.people.access_tokens import AccessTokens, TokenPair
from services.people.audit import Audit
from services.people.person import Person
from services.people.second_factor import SecondFactor
from services.people.sign_in import SignIn


class CodeNeededError(Exception):
    """Name and password are right; a code of the second factor has to come with them."""


class ProgramSignIn:
    """The same proofs as on the sign-in page, for tokens in place of a session."""

    def __init__(self, sign_in: SignIn, second_factor: SecondFactor, tokens: AccessTokens, audit: Audit) -> None:
        self._sign_in = sign_in
        self._second_factor = second_factor
        self._tokens = tokens
        self._audit = audit

    async def begin(self, login: str, password: str, code: str, *, address: str, agent: str) -> TokenPair:
        """Return the first tokens; raise ``CodeNeededError``, or as ``SignIn.prove`` and ``prove_code`` do."""
        who = await self._sign_in.prove(login, password, address=address)
        if await self._second_factor.is_on(who):
            if not code:
                raise CodeNeededError
            await self._sign_in.prove_code(who, code, address=address)
        return await self.admit(who, address=address, agent=agent)

    async def admit(self, who: Person, *, address: str, agent: str) -> TokenPair:
        """Return the first tokens of somebody who has shown all that is asked of them."""
        await self._audit.note(who, "signed in", who.handle, address=address, details="API")
        return await self._tokens.begin(who, agent=agent)
