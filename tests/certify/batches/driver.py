"""The example client of docs/examples with one fault of the batches a, b, c, d, e, which somebody wrote who
had seen neither scenarios nor judge: driver.py FAULT. The YAML files say what each does; a fault's name
in a Python file is its name there, with underlines.

`driver.py --list` lists the faults.
"""
import os
import sys

sys.dont_write_bytecode = True
here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.join(here, "..", "..", "..", "docs", "examples")]

import faults_a  # noqa: E402
import faults_b  # noqa: E402
import faults_c  # noqa: E402
import faults_d  # noqa: E402
import faults_e  # noqa: E402

FAULTS = {name.replace("_", "-"): fault for module in (faults_a, faults_b, faults_c, faults_d, faults_e)
          for name, fault in vars(module).items() if getattr(fault, "is_fault", False)}

if __name__ == "__main__":
    if sys.argv[1] == "--list":
        print("\n".join(sorted(FAULTS)))
    else:
        import client
        if sys.argv[1] != "none":
            FAULTS[sys.argv[1]]()
        client.main()
