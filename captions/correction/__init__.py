"""Correct names and special words that a recognizer got nearly right. No database is used.

`english.txt.gz` contains ordinary English words of at least four letters: those of Debian's
package wamerican-small 2020.12.07 (SCOWL, size 35) that are written in lower case. SCOWL is
Copyright 2000-2011 by Kevin Atkinson: "Permission to use, copy, modify, distribute and sell these
word lists, the associated scripts, the output created from the scripts, and its documentation for
any purpose is hereby granted without fee, provided that the above copyright notice appears in all
copies and that both that copyright notice and this permission notice appear in supporting
documentation. Kevin Atkinson makes no representations about the suitability of this array for any
purpose. It is provided "as is" without express or implied warranty."
"""
