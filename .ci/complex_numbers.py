"""For Wine 8: a ucrtbase.dll that forwards to Wine's own and adds complex numbers, which numpy asks for.

Called by `.ci/windows` with the path of Wine's; writes ucrt.c and ucrt.def here and the renamed original beside it.
"""

import subprocess
import sys
from pathlib import Path

REAL = ["cabs", "carg", "cimag", "creal"]
OTHER = [
    *("ccos", "ccosh", "cexp", "csin", "csinh", "ctan", "ctanh", "csqrt"),
    *("clog", "cacos", "casin", "catan", "cacosh", "casinh", "catanh", "conj", "cproj"),
]
HEAD = """#include <complex.h>
typedef struct {float re, im;} F; typedef struct {double re, im;} D;
static float _Complex f(F z) {float _Complex r; __real__ r = z.re; __imag__ r = z.im; return r;}
static double _Complex d(D z) {double _Complex r; __real__ r = z.re; __imag__ r = z.im; return r;}
static F tf(float _Complex z) {F r = {__real__ z, __imag__ z}; return r;}
static D td(double _Complex z) {D r = {__real__ z, __imag__ z}; return r;}
"""


def main(source: Path) -> None:
    """Write what the compiler needs."""
    words = ["x86_64-w64-mingw32-objdump", "-p", str(source)]
    listing = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    table = listing.partition("Ordinal/Name Pointer] Table")[2].partition("\n\n")[0]
    names = [line.split()[-1] for line in table.splitlines() if "[" in line]
    code = [HEAD]
    for name in REAL:
        code.append(f"float x_{name}f(F z) {{return {name}f(f(z));}}")
        code += [f"double x_{name}{s}(D z) {{return {name}(d(z));}}" for s in ("", "l")]
    for name in OTHER:
        code.append(f"F x_{name}f(F z) {{return tf({name}f(f(z)));}}")
        code += [f"D x_{name}{s}(D z) {{return td({name}(d(z)));}}" for s in ("", "l")]
    code.append("F x_cpowf(F a, F b) {return tf(cpowf(f(a), f(b)));}")
    code += [f"D x_cpow{s}(D a, D b) {{return td(cpow(d(a), d(b)));}}" for s in ("", "l")]
    ours = {name + suffix for name in [*REAL, *OTHER, "cpow"] for suffix in ("", "f", "l")}
    exported = "".join(f"  {name} = {'x_' if name in ours else 'ucrtwine.'}{name}\n" for name in names)
    Path("ucrt.c").write_text("\n".join(code) + "\n", encoding="ascii")
    Path("ucrt.def").write_text(f"LIBRARY ucrtbase\nEXPORTS\n{exported}", encoding="ascii")
    raw = bytearray(source.read_bytes())
    mark = raw.find(b"Wine builtin DLL")  # else Wine looks for a builtin of the new name
    raw[mark : mark + 16] = bytes(16)
    source.with_name("ucrtwine.dll").write_bytes(raw)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
