/* Copy buttons and the age of verdicts. Everything else on a page works without this. */
"use strict";
(() => {
  const DAY = 86400000;

  const live = document.createElement("div");
  live.className = "db-live";
  live.setAttribute("aria-live", "polite");
  document.body.append(live);

  // The theme calls its search a dialog and gives it no name.
  document.querySelector(".md-search")?.setAttribute("aria-label", "Search");

  const hex = (buffer) => Array.from(new Uint8Array(buffer), (b) => b.toString(16).padStart(2, "0")).join("");

  /** Say whether the text is the one that was verified; null where the browser cannot reckon it. */
  async function isSame(text, wanted) {
    if (!(window.crypto && crypto.subtle)) return null;
    return hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))) === wanted;
  }

  /** The way that also works where a page is served without TLS. */
  function copyByHand(text) {
    const area = document.createElement("textarea");
    area.value = text;
    area.readOnly = true;
    area.className = "db-live";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }

  async function copyText(text) {
    if (navigator.clipboard && navigator.clipboard.writeText) {
      try {
        await navigator.clipboard.writeText(text);
        return true;
      } catch {
        /* not allowed: try the other way */
      }
    }
    return copyByHand(text);
  }

  function tell(button, word, spoken, state) {
    button.textContent = word;
    button.dataset.state = state;
    live.textContent = spoken;
    clearTimeout(button.timer);
    button.timer = setTimeout(() => {
      button.textContent = "Copy";
      delete button.dataset.state;
      live.textContent = "";
    }, state === "good" ? 2500 : 15000);
  }

  for (const button of document.querySelectorAll(".db-copy")) {
    const block = button.closest("[data-snippet]");
    const code = block.querySelector("pre > code");
    const name = button.getAttribute("aria-label").replace(/^Copy: /, "");
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = code.textContent;
      if (!(await copyText(text))) {
        tell(button, "Select it", `Not copied: ${name}. Select the text by hand.`, "bad");
        getSelection().selectAllChildren(code);
      } else if ((await isSame(text, block.dataset.sha256)) === false) {
        tell(button, "Differs!", `Copied, but this is not the text that was verified: ${name}`, "bad");
      } else {
        tell(button, "Copied", `Copied: ${name}`, "good");
      }
      button.focus();
    });
  }

  /* A browser drops or adds line ends when it turns a selection into text; inside a command the bytes must stay. */
  document.addEventListener("copy", (event) => {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed || !event.clipboardData) return;
    const range = selection.getRangeAt(0);
    const node = range.commonAncestorContainer;
    const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
    const code = element.closest("[data-snippet] pre > code") || element.querySelector(":scope > code");
    if (!code || !code.closest("[data-snippet] pre")) return;
    event.clipboardData.setData("text/plain", range.cloneContents().textContent);
    event.preventDefault();
  });

  const limit = Number(document.querySelector('meta[name="drillbook-ageing-days"]')?.content) || 30;
  for (const time of document.querySelectorAll("time[data-verified]")) {
    const days = Math.floor((Date.now() - Date.parse(time.dateTime)) / DAY);
    const age = document.createElement("span");
    age.className = "db-age";
    age.textContent = days < 1 ? " (today)" : days === 1 ? " (yesterday)" : ` (${days} days ago)`;
    if (days > limit) {
      age.textContent = ` (ageing: ${days} days ago, more than ${limit})`;
      age.classList.add("db-ageing");
      time.closest(".db-block")?.setAttribute("data-ageing", "");
    }
    if (days < -1) {
      age.textContent = " (dated in the future: this date, or this device's clock, is wrong)";
      age.classList.add("db-ageing");
    }
    time.after(age);
  }
  for (const time of document.querySelectorAll("time[data-expires-on]")) {
    if (Date.now() >= Date.parse(time.dateTime) + DAY) {
      const late = document.createElement("span");
      late.className = "db-age db-ageing";
      late.textContent = " (expired)";
      time.after(late);
    }
  }
})();
