"""Where Amazon's credentials come from, in the order of Amazon's own tools.

See https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html.
"""

from __future__ import annotations

from collections.abc import Mapping

from omnichat.aws_machine import Machine, container_of, machine_of
from omnichat.aws_profile import Credentials, Profile, home_of, keys_in, profile_of, region_named, region_of
from omnichat.aws_roles import Login, Role, WebIdentity
from omnichat.aws_source import Keys, Program, Source

MOST_ROLES = 5  # one assumed by way of another


def source_of(variables: Mapping[str, str]) -> Source | None:
    """Return what is set up to prove who we are; at last the machine, which may have nothing to say."""
    if keys := keys_in(variables):
        return Keys(keys)
    profile = profile_of(variables)
    return (
        _assumed(variables, profile, MOST_ROLES)
        or _web_identity(variables, profile)
        or _kept(variables, profile)
        or container_of(variables)
        or machine_of(variables)
    )


def is_set_up(variables: Mapping[str, str]) -> bool:
    """Return whether there is a source worth asking; of a machine we believe it in Amazon's cloud, with a region."""
    source = source_of(variables)
    if isinstance(source, Machine):
        return bool(region_named(variables)) and source.is_amazons()
    return source is not None


def _kept(variables: Mapping[str, str], profile: Profile) -> Source | None:
    """Return what the profile itself holds or points to."""
    told = profile.settings
    if login := _login(variables, told):
        return login
    if keys := keys_in(profile.secrets):
        return Keys(keys)
    if command := told.get("credential_process", "").strip():
        return Program(command)
    return _keys(keys_in(told))


def _keys(keys: Credentials | None) -> Keys | None:
    return Keys(keys) if keys else None


def _assumed(variables: Mapping[str, str], profile: Profile, most: int) -> Role | None:
    """Return the role that the profile assumes by way of another source."""
    told = profile.settings
    if not told.get("role_arn") or not most or "mfa_serial" in told:
        return None
    means = _named(variables, told.get("credential_source", ""))
    if via := told.get("source_profile"):
        other = profile_of(variables, via)
        own = _keys(keys_in(other.settings))
        means = own or _assumed(variables, other, most - 1) or _kept(variables, other)
    if means is None:
        return None
    return Role(
        sts=_sts(variables),
        region=region_of(variables),
        role=told["role_arn"],
        session=told.get("role_session_name") or "omnichat",
        external_id=told.get("external_id", ""),
        means=means,
    )


def _named(variables: Mapping[str, str], name: str) -> Source | None:
    match name:
        case "EcsContainer":
            return container_of(variables)
        case "Ec2InstanceMetadata":
            return machine_of(variables)
    return None


def _web_identity(variables: Mapping[str, str], profile: Profile) -> WebIdentity | None:
    told = profile.settings
    file = variables.get("AWS_WEB_IDENTITY_TOKEN_FILE") or told.get("web_identity_token_file", "")
    role = variables.get("AWS_ROLE_ARN") or told.get("role_arn", "")
    if not file or not role:
        return None
    session = variables.get("AWS_ROLE_SESSION_NAME") or told.get("role_session_name") or "omnichat"
    return WebIdentity(sts=_sts(variables), role=role, session=session, token_file=file)


def _login(variables: Mapping[str, str], told: Mapping[str, str]) -> Login | None:
    names = ("sso_start_url", "sso_region", "sso_account_id", "sso_role_name")
    start, region, account, role = (told.get(name, "") for name in names)
    if not (start and region and account and role):
        return None
    own = variables.get("AWS_ENDPOINT_URL_SSO")
    return Login(
        portal=(own or f"https://portal.sso.{region}.amazonaws.com").rstrip("/"),
        folder=str(home_of(variables) / "sso" / "cache"),
        session=told.get("sso_session") or start,
        account=account,
        role=role,
    )


def _sts(variables: Mapping[str, str]) -> str:
    region = region_of(variables)
    usual = f"https://sts.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"
    return (variables.get("AWS_ENDPOINT_URL_STS") or usual).rstrip("/") + "/"
