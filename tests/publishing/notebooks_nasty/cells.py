"""Cells that are hard to run the same way twice, in the order of one notebook; the stock engine is the judge."""

_PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="

DISPLAYS = {
    "ten_goi": "__name__, get_ipython().__class__.__name__, __builtins__.__IPYTHON__",
    "dau_cham_phay": "1 + 1;",
    "ket_qua_truoc": "_, __, In[1], Out, _i",
    "lich_su": "%history",
    "bien": "%who",
    "moi_kieu_mime": """
from IPython.display import HTML, JSON, SVG, Javascript, Latex, Markdown, Math, Pretty, clear_output, display
display(HTML("<b>đ</b>"), Markdown("*m*"), Latex("$x$"), SVG("<svg xmlns='http://www.w3.org/2000/svg'/>"))
display(JSON({"a": [1, None]}), Javascript("1"), Math("x"), Pretty("p"))""",
    "anh": f"""
from base64 import b64decode
from IPython.display import Image
display(Image(b64decode("{_PNG}")))
Image(b64decode("{_PNG}"))""",
    "mime_rieng": """
import datetime, numpy as np
figures = {"n": np.int64(3), "d": datetime.datetime(2024, 1, 1), "t": (1, 2)}
about = {"scoring": {"n": np.float64(0.5)}}
display({"text/plain": "a", "application/x-own+json": figures}, raw=True, metadata=about)""",
    "goi_mime": """
class Bundle:
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": "<i>b</i>", "text/plain": "b"}, {"text/html": {"isolated": True}}
Bundle()""",
    "cap_nhat": """
shown = display("a", display_id="one"); shown.update("b")
other = display("c", display_id="two"); display("d", display_id="two"); other.update("e")""",
    "cap_nhat_sau": "shown.update('z')",
    "xoa": "print('a'); clear_output(); print('b'); clear_output(wait=True); print('c')",
    "tat_ca_bieu_thuc": "get_ipython().ast_node_interactivity = 'all'",
    "moi_bieu_thuc": "1\n2\n'ba'",
    "bieu_thuc_cuoi": "get_ipython().ast_node_interactivity = 'last_expr'",
    "bang": "import pandas as pd\ntable = pd.DataFrame({'Đơn vị': ['A', 'B'], 'điểm': [1.5, None]}); table",
    "cot": "table['điểm']",
    "bang_mau": "table.style.set_uuid('u')",
    "thanh_truot": """
import ipywidgets
slider = ipywidgets.IntSlider(value=3, description="a"); display(slider); slider.value = 4
slider""",
    "thanh_tien_do": "from tqdm.notebook import tqdm\nfor _ in tqdm(range(2), bar_format='{n}/{total}'): pass",
    "rong": "",
    "chi_ghi_chu": "# không có gì",
    "tro_giup": "len?",
}

# what goes past sys.stdout reaches a stock kernel through a thread: the short waits let it arrive in its cell
STREAMS = {
    "xen_ke": "import sys\nprint('ra'); print('lỗi', file=sys.stderr); print('tiếp', end=''); sys.stdout.write('x'); 5",
    "day_ra": "print('a', flush=True); print('b', flush=True); print('c')",
    "ve_dau_dong": "print('a\\rb'); print('c\\x08d')",
    "tinh_chat": "sys.stdout.isatty(), sys.stdout.encoding, sys.stdout.writable(), sys.stdout.name, sys.stdout.closed",
    "canh_bao": "import warnings\nwarnings.warn('cảnh báo')\nwarnings.warn('cũ', DeprecationWarning)",
    "nhat_ky": "import logging\nlogging.warning('nhật ký'); logging.info('ẩn'); logging.getLogger('a.b').error('lỗi')",
    "nhat_ky_dat_lai": "logging.basicConfig(level=logging.INFO, format='%(message)s'); logging.info('hiện')",
    "he_thong": "import os\nprint('trước'); failed = os.system('echo từ hệ thống; sleep 0.5')",
    "he_thong_loi": "failed = os.system('echo lỗi >&2; sleep 0.5')",
    "cham_than": "!echo hai && echo ba >&2",
    "cham_than_gan": "said = !echo bốn\nsaid",
    "bash": "%%bash\necho năm\necho sáu >&2",
    "tien_trinh_con": "import subprocess\nsubprocess.run(['sh', '-c', 'echo con; sleep 0.5']).returncode",
    "ra_tep_stdout": "subprocess.run(['echo', 'không phải của notebook'], stdout=sys.stdout).returncode",
    "ghi_thang": "import time\nwritten = os.write(1, 'thô\\n'.encode()); time.sleep(0.5)",
    "rat_dai": "print('x' * 1_000_000)",
    "nhieu_dong": "for number in range(20_000): print(number)",
    "bat_lai": "%%capture caught\nprint('bắt')\ndisplay(3)",
    "da_bat": "caught.stdout, len(caught.outputs)",
    "chuyen_huong": """
import contextlib, io
with contextlib.redirect_stdout(io.StringIO()) as kept: print("chuyển")
kept.getvalue()""",
    "bieu_tuong": "print('Kết luận 57-KL/TW 🇻🇳'); '✓'",
    "tqdm_chu": "import tqdm as bars\nfor _ in bars.tqdm(range(3), bar_format='{n}/{total}', file=sys.stdout): pass",
}

FIGURES = {
    "hinh": "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3]); plt.title('Điểm')",
    "hai_hinh": "fig, ax = plt.subplots(); ax.bar(['a', 'b'], [1, 2])\nother = plt.figure(); other",
    "hien_ngay": "plt.plot([3, 1]); plt.show(); print('sau')",
    "nen": "import matplotlib\nmatplotlib.get_backend(), matplotlib.is_interactive(), plt.get_fignums()",
    "svg": """
%config InlineBackend.figure_formats = ["svg"]
matplotlib.rcParams.update({"svg.hashsalt": "1", "svg.fonttype": "none"})
plt.plot([1, 4]); None""",
    "inline": "%matplotlib inline\nplt.plot([1, 2])",
}

SURROUNDINGS = {
    "cho": "import asyncio\nawait asyncio.sleep(0.01)\n'xong'",
    "vong_lap": "asyncio.get_running_loop().is_running()",
    "tac_vu": """
async def later():
    print("trong tác vụ")
    return 7
await asyncio.create_task(later())""",
    "boi_canh": """
import contextvars, decimal
variable = contextvars.ContextVar("v"); variable.set(3); decimal.getcontext().prec = 5""",
    "boi_canh_sau": "variable.get(), decimal.Decimal(1) / 3",
    "pickle": "import pickle\nclass P: pass\npickle.loads(pickle.dumps(P())).__class__ is P, P.__module__",
    "ma_nguon": "import inspect\ninspect.getsource(later)",
    "main": "import __main__\n__main__.x, sys.modules['__main__'].__dict__ is globals()",
    "nhieu_tien_trinh": """
import multiprocessing
def job(number):
    print("con", number)
    return number * number
with multiprocessing.get_context("fork").Pool(1) as pool: print(pool.map(job, [1, 2]))""",
    "re_nhanh": """
pid = os.fork()
if pid == 0:
    print("cháu", flush=True)
    os._exit(0)
os.waitpid(pid, 0)[1]""",
    "luong": """
import threading
thread = threading.Thread(target=lambda: print("luồng")); thread.start(); thread.join()""",
    "luong_hien": "thread = threading.Thread(target=lambda: display('luồng')); thread.start(); thread.join()",
    "luong_loi": """
def bad(): raise ValueError("luồng")
thread = threading.Thread(target=bad, name="T"); thread.start(); thread.join()""",
    "moi_truong": "os.environ['TERM'], os.environ['FORCE_COLOR'], os.environ['PAGER'], '' in sys.path",
    "matplotlib_nen": "os.environ['MPLBACKEND']",
    "doi_thu_muc": "os.chdir('/'); os.getcwd()",
    "tin_hieu": "import signal; signal.getsignal(signal.SIGINT)",
    "moc": "sys.excepthook.__name__, sys.displayhook.__class__.__name__, hasattr(sys, 'ps1')",
    "co_san": "input.__name__, display.__name__, exit.__class__.__name__",
}

FAILURES = {
    "chia_khong": "1 / 0",
    "noi_tiep": """
def f():
    raise KeyError("khóa")
try:
    f()
except KeyError as error:
    raise RuntimeError("vì") from error""",
    "cu_phap": "x = = 1",
    "thut_le": "if True:\nx = 1",
    "nhom": "raise ExceptionGroup('nhóm', [ValueError(1), TypeError(2)])",
    "ngat": "raise KeyboardInterrupt",
    "chu_hong": """
class Mute(Exception):
    def __str__(self): raise ValueError("str")
raise Mute()""",
    "goc": "class Base(BaseException): pass\nraise Base('gốc')",
    "khang_dinh": "assert x == 6, 'x sai'",
    "thoat": "sys.exit(3)",
    "thoat_khong": "raise SystemExit",
    "hinh_roi_loi": "plt.plot([1]); 1 / 0",
    "repr_hong": "class Worse:\n    def __repr__(self): raise ValueError('xấu')\nWorse()",
    "html_hong": """
class Bad:
    def _repr_html_(self): raise ValueError("xấu")
    def __repr__(self): return "Bad"
Bad()""",
    "hoi": "input('tên: ')",
    "hoi_mat_khau": "import getpass; getpass.getpass()",
    "bash_hong": "%%bash\nexit 3",
    "lenh_la": "%nosuchmagic",
    "thu_muc_la": "%cd /nosuchfolder",
    "asyncio_run": "waiting = later()\ntry: asyncio.run(waiting)\nfinally: waiting.close()",
    "await_loi": "async def bad_later():\n    raise ValueError('chờ')\nawait bad_later()",
    "pdb": "%pdb on\n1 / 0",
    "xoa_bien": "%pdb off\ndel x\nx",
    "xoa_het": "%reset -f\nprint(later)",
}
