"""Writes the small store folder that is kept of each schema: `python -m tests.store.keep`, once, when one is released.

It is then never written again: tests/store/test_migrations.py opens it for ever.
"""

from pathlib import Path

from app.store import Write
from app.store.lines import CHECKSUM
from app.store.migrations import SCHEMA
from sync.protocol.records import Applied, Problem, Refused
from tests.store.making import SEALED, make_edit, make_news, make_reply, open_store, save

KEPT = Path(__file__).parent / "kept"


def main() -> None:
    for name, codec in (("plain", CHECKSUM), ("sealed", SEALED)):
        store = open_store(KEPT / f"schema-{SCHEMA}-{name}", codec=codec)
        save(store, "sent", note="enviat", topics=("a", "b"), heads=3)
        save(store, "refused", minutes=1, note="refusat")
        store.seal(2)
        refusal = Refused("op-2", Problem("/problems/too-large", "This text is too long to store.", "note", 2000))
        news = make_news(7, "heard", note="sentit")
        store.hear(make_reply(Applied("op-1", 5), refusal, cursor="e.7", news=(news,)))
        save(store, "sealed", minutes=2, note="ofert")
        store.seal(1)
        save(store, "sealed", minutes=3, note="més tard")
        save(store, "waiting", minutes=4, note="espera", session_id="s1")
        disputed = make_news(9, "disputed", note="seu")
        store.hear(make_reply(cursor="e.9", news=(disputed, make_news(10, "gone", deleted=True))))
        store.write(Write(drafts={"d1": {"steps": ["s1"], "deep": {"n": 1.5}}}, notes={"language": "ca"}))
        store.write(Write(edits=(make_edit("taken-back"),)))
        store.write(Write(edits=(make_edit("taken-back", delete=True),)))
        store.close()
        (KEPT / f"schema-{SCHEMA}-{name}" / "store.lock").unlink()


if __name__ == "__main__":
    main()
