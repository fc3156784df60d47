# SPDX-License-Identifier: MIT
"""Shared by the system tests: each module boots what it needs once."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
