// What runs in the worker of the first kernel: the kernel's own script, and Python, which need not wait for it.
import "$worker";
import "./python.mjs";
