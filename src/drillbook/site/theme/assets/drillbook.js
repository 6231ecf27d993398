/* Copy buttons, blanks of messages, the age of verdicts and reviews. Everything else on a page works without this. */
"use strict";
(() => {
  const DAY = 86400000;

  const live = document.createElement("div");
  live.className = "db-live";
  live.setAttribute("aria-live", "polite");
  document.body.append(live);

  // The theme calls its search a dialog and gives it no name.
  document.querySelector(".md-search")?.setAttribute("aria-label", "Search");

  /* The search takes quotes, +, -, : and others for operators; in the text of an error, pasted as it is, they are none. */
  const query = document.querySelector("input.md-search__input");
  if (query) {
    const { get, set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
    Object.defineProperty(query, "value", {
      configurable: true,
      get() {
        return get.call(this).replace(/["+\-:~^*]+/g, " ");
      },
      set(text) {
        set.call(this, text);
      },
    });
  }

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
      // Another button may have told something since.
      if (live.textContent === spoken) live.textContent = "";
    }, state === "good" ? 2500 : 15000);
  }

  const BLOCK = "[data-snippet], [data-message]";

  /** Return the text as it was published: what a reader typed into blanks is taken out again. */
  function readPublished(code) {
    const copy = code.cloneNode(true);
    for (const mark of copy.querySelectorAll("mark[data-blank]")) mark.textContent = mark.dataset.blank;
    return copy.textContent;
  }

  for (const button of document.querySelectorAll(".db-copy")) {
    const block = button.closest(BLOCK);
    const code = block.querySelector("pre > code");
    const name = button.getAttribute("aria-label").replace(/^Copy: /, "");
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = code.textContent;
      if (!(await copyText(text))) {
        tell(button, "Select it", `Not copied: ${name}. Select the text by hand.`, "bad");
        getSelection().selectAllChildren(code);
      } else if ((await isSame(readPublished(code), block.dataset.sha256)) === false) {
        tell(button, "Differs!", `Copied, but this is not the text that was published: ${name}`, "bad");
      } else {
        const left = code.querySelectorAll("mark:not([data-filled])").length;
        const open = left ? `, ${left} ${left === 1 ? "blank" : "blanks"} left` : "";
        tell(button, `Copied${open}`, `Copied: ${name}${open}`, "good");
      }
      button.focus();
    });
  }

  /** Return the line on which a blank stands, with the blanks on it as dots. */
  function readLine(mark) {
    const read = (node) => (node.nodeName === "MARK" ? "…" : node.textContent);
    let [before, after] = ["", ""];
    for (let node = mark.previousSibling; node && !before.includes("\n"); node = node.previousSibling) before = read(node) + before;
    for (let node = mark.nextSibling; node && !after.includes("\n"); node = node.nextSibling) after += read(node);
    return `${before.split("\n").pop()}…${after.split("\n")[0]}`.replace(/^[\s*#|-]+/, "").trim();
  }

  /* The blanks of a message: a field for each. Those with the same words may mean two things: the line tells them apart. */
  for (const block of document.querySelectorAll("[data-message]")) {
    const marks = [...block.querySelectorAll("pre mark")];
    if (!marks.length) continue;
    for (const mark of marks) mark.dataset.blank = mark.textContent;
    const form = document.createElement("details");
    form.className = "db-blanks";
    const summary = document.createElement("summary");
    summary.textContent = marks.length === 1 ? "Fill in the blank here" : `Fill in the ${marks.length} blanks here`;
    form.append(summary);
    for (const mark of marks) {
      const blank = mark.dataset.blank;
      const label = document.createElement("label");
      const input = document.createElement("input");
      input.autocomplete = "off";
      label.append(blank.replace(/^\[\[\s*|\s*\]\]$/g, ""));
      if (marks.filter((other) => other.dataset.blank === blank).length > 1) label.append(` (${readLine(mark)})`);
      label.append(input);
      form.append(label);
      input.addEventListener("input", () => {
        mark.textContent = input.value || blank;
        mark.toggleAttribute("data-filled", Boolean(input.value));
      });
      mark.addEventListener("click", () => {
        if (!getSelection().isCollapsed) return; // somebody selects the text
        form.open = true;
        input.focus();
      });
    }
    block.querySelector("pre").before(form);
  }

  /* A browser drops or adds line ends when it turns a selection into text; inside a command the bytes must stay. */
  document.addEventListener("copy", (event) => {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed || !event.clipboardData) return;
    const range = selection.getRangeAt(0);
    const node = range.commonAncestorContainer;
    const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
    const code = element.closest("pre > code") || element.querySelector(":scope > code");
    if (!code || !code.closest("pre") || !code.closest(BLOCK)) return;
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
  const due = document.querySelector("time[data-review-by]");
  if (due && Date.now() >= Date.parse(due.dateTime) + DAY) {
    const late = document.createElement("span");
    late.className = "db-age db-ageing";
    late.textContent = " (overdue)";
    due.after(late);
    const owner = document.querySelector("[data-page-owner]");
    const notice = document.createElement("p");
    notice.className = "db-overdue";
    notice.textContent = `The review of this page is overdue since ${due.textContent}.`;
    if (owner) notice.textContent += ` Answering for it: ${owner.textContent}.`;
    document.querySelector("article h1")?.after(notice);
  }
  for (const time of document.querySelectorAll("time[data-expires-on]")) {
    if (Date.now() >= Date.parse(time.dateTime) + DAY) {
      const late = document.createElement("span");
      late.className = "db-age db-ageing";
      late.textContent = " (expired)";
      time.after(late);
    }
  }

  /* A table that is wider than its page scrolls: by the keyboard too. The theme lays them out while the page loads. */
  window.addEventListener("load", () => {
    const watcher = new ResizeObserver((entries) => {
      for (const { target } of entries) {
        if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
        else target.removeAttribute("tabindex");
      }
    });
    for (const wrap of document.querySelectorAll(".md-typeset__scrollwrap")) watcher.observe(wrap);
  });
})();
