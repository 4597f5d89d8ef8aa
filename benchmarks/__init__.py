"""Figures that matrix-ppv holds itself to, as ratios in one run. Run: python -m benchmarks"""
