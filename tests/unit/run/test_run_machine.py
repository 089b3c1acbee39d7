"""What a manifest says of the machine: enough that one description means the same bits."""

import os
import re
import subprocess
import sys

from pipeline.run.machine import machine


def elsewhere(**variables: str) -> str:
    asked = "from pipeline.run.machine import machine; print(machine())"
    around = {**os.environ, **variables}
    return subprocess.run([sys.executable, "-c", asked], env=around, capture_output=True, text=True).stdout.strip()


def test_threads_locale_and_zone_make_no_other_machine() -> None:
    assert machine().startswith(f"{sys.platform} ")
    assert elsewhere(OMP_NUM_THREADS="3", OPENBLAS_NUM_THREADS="1", LC_ALL="C", TZ="Asia/Kolkata") == machine()


def test_another_kernel_or_other_vectors_make_another() -> None:
    found = machine()
    if "openblas" not in found or " x86_64" not in found:  # another BLAS is told as threadpoolctl names it
        assert re.fullmatch(r"[^,]+(, [^,]+)+", found)
        return
    kernels = {elsewhere(OPENBLAS_CORETYPE=name) for name in ("Nehalem", "Haswell")}
    assert len(kernels) == 2 and all("openblas" in each for each in kernels)
    assert elsewhere(NPY_DISABLE_CPU_FEATURES="X86_V3 X86_V4 AVX512_ICL AVX512_SPR") != elsewhere() or "X86_V2" in found
