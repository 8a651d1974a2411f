python3 "$SCRIPTS/uvloop_job.py"
