"""Serves a GGUF file by llama.cpp's own server, which xllamacpp has inside; answers end with the process."""

import signal
import sys

import xllamacpp

wanted = xllamacpp.CommonParams()
wanted.model.path, wanted.port, wanted.hostnames = sys.argv[1], int(sys.argv[2]), ["127.0.0.1"]
wanted.n_ctx, wanted.n_parallel, wanted.cpuparams.n_threads = 0, 4, 1
server = xllamacpp.Server(wanted)
signal.pause()
