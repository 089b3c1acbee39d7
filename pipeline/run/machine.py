"""The kind of machine: what decides the last digits of a number besides the packages."""

from __future__ import annotations

import platform
import sys

import numpy as np
from threadpoolctl import threadpool_info


def machine() -> str:
    """System, processor, C library, the kernel that the BLAS chose, and the widest vectors that numpy uses.

    Two machines of one description, with the same packages, give the same bits; a variable such as
    ``OPENBLAS_CORETYPE`` makes another machine of this one. One line, such as ``linux x86_64, glibc 2.36, openblas
    Zen, X86_V3``; it names no host and no number of processors.
    """
    libc = " ".join(platform.libc_ver()).strip()
    kernels = {f"{each['internal_api']} {each.get('architecture', '')}".strip() for each in threadpool_info()
               if each["user_api"] == "blas"}  # fmt: skip
    vectors = np.show_config("dicts")["SIMD Extensions"]
    widest = [*vectors.get("baseline", ()), *vectors.get("found", ())][-1:]
    return ", ".join(word for word in (f"{sys.platform} {platform.machine()}", libc, *sorted(kernels), *widest) if word)
