"""Cards that scroll together: where one is read, the others follow, each by its own length."""

from __future__ import annotations

from nicegui import ui

SCRIPT = """<script>
(() => {
  const room = at => at.scrollHeight - at.clientHeight;
  const turned = at => getComputedStyle(at).flexDirection === 'column-reverse';
  const part = at => room(at) > 0 ? (at.scrollTop + (turned(at) ? room(at) : 0)) / room(at) : 0;
  let led = null, until = 0;
  document.addEventListener('scroll', event => {
    const at = event.target;
    if (!at.matches || !at.matches('.o-thread.locked .o-body')) return;
    if (led && led !== at && performance.now() < until) return;
    led = at; until = performance.now() + 150;
    const read = part(at);
    for (const other of at.closest('.o-lanes').querySelectorAll('.o-body')) {
      if (other !== at && room(other) > 0) other.scrollTop = read * room(other) - (turned(other) ? room(other) : 0);
    }
  }, {capture: true, passive: true});
})();
</script>"""


def install() -> None:
    """Let every page have it; cards below ``.locked`` scroll together."""
    ui.add_head_html(SCRIPT, shared=True)
