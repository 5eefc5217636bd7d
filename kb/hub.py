"""A model hub, asked once and for a few seconds: the libraries themselves try each file of a model time and again.

Only for models that the settings name and that are not on this machine; nothing else ever asks a hub anything.
"""

from __future__ import annotations

import re
import threading
from typing import Any

from kb.errors import ModelUnavailable

HUB_SECONDS = 5.0
"""Longest wait for one answer of the hub."""
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)?")


def is_cached(name: str, needed: str = "modules.json") -> bool:
    """Whether a model was fetched from the hub before, at least in part: the file that it cannot do without."""
    from huggingface_hub import try_to_load_from_cache

    try:
        return isinstance(try_to_load_from_cache(name, needed), str)
    except ValueError:  # it can be no name on a hub
        return False


def check_hub(name: str, needed: str = "modules.json", setting: str = "ROUTEWIJZER_EMBEDDER") -> None:
    """Ask the hub whether it has this model. Raises `ModelUnavailable` where it has not, or gives no answer in time.

    `needed`: the file that the model cannot do without; `setting`: what names it.
    """
    if _NAME.fullmatch(name) is None:
        raise ModelUnavailable(
            f"De map '{name}' van {setting} bestaat niet.",
            f"The folder '{name}' of {setting} does not exist.",
        )
    found: list[Any] = []
    # in a thread, as looking up the name of the hub knows no limit of time
    asking = threading.Thread(target=lambda: found.append(_ask(name)), name="model hub", daemon=True)
    asking.start()
    asking.join(timeout=2 * HUB_SECONDS)
    answer = found[0] if found else TimeoutError("no answer")
    if isinstance(answer, Exception):
        reason = (str(answer).strip() or type(answer).__name__).splitlines()[0][:200]
        raise ModelUnavailable(
            f"Het model '{name}' is niet op deze computer, en kan niet worden opgehaald (bestaat het, en is er "
            f"netwerk?): {reason}. Zet de map van het model op deze computer, en noem die map in {setting}.",
            f"The model '{name}' is not on this computer, and cannot be fetched (does it exist, and is there a "
            f"network?): {reason}. Put the model's folder on this computer, and name that in {setting}.",
        ) from answer
    if needed not in answer:
        raise ModelUnavailable(
            f"Het model '{name}' heeft geen {needed}: dat is geen volledig sentence-transformers-model.",
            f"The model '{name}' has no {needed}: that is not a whole sentence-transformers model.",
        )


def _ask(name: str) -> set[str] | Exception:
    """The files that the hub has of a model, or why that is not known."""
    from huggingface_hub import HfApi

    try:
        info = HfApi().model_info(name, timeout=HUB_SECONDS)
    except Exception as error:  # of whichever library it speaks with
        return error
    return {file.rfilename for file in info.siblings or ()}
