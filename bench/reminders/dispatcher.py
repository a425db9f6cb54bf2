"""One dispatcher: what the worker does about reminders, and nothing else.

`python -m bench.reminders.dispatcher` reads the settings of production, prints "ready", and goes on
until it is killed or its input ends. Then it prints the processor time it took since.
"""

import sys
import time
from datetime import UTC, datetime
from threading import Event, Thread

from flask import Flask

from fstpwa import create_app
from fstpwa.config import Settings
from fstpwa.outbound.push.sending_thread import SendingThread, sender_settings_of
from fstpwa.services.notices import Composer
from fstpwa.services.reminder_watch import Watch
from fstpwa.worker import ICON, give_way

LOOKS_EVERY_S = 0.25


def dispatch(app: Flask, ended: Event) -> None:
    """Dispatch what is due, again and again. The sink is trusted through SSL_CERT_FILE."""
    settings: Settings = app.config["GOOD_DAYS"]
    watch = Watch(
        open_sender=lambda: SendingThread(sender_settings_of(settings)),
        writer=Composer(origin=settings.origin, icon=ICON),
        time=lambda: datetime.now(UTC),
        is_ended=ended.is_set,
    )
    while not ended.wait(LOOKS_EVERY_S):
        with app.app_context():
            watch.look()
    watch.close()


def main() -> None:
    """Dispatch until the input ends."""
    give_way()
    app = create_app(Settings())
    ended = Event()
    Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    print("ready", flush=True)
    began = time.process_time()
    dispatch(app, ended)
    print(time.process_time() - began, flush=True)


if __name__ == "__main__":
    main()
