-- Edit a branch as a person would, write what the editor shows as JSON, and end.
local out, file = vim.env.OUT, vim.env.FILE
local seen = {}

local function wait(what, condition)
  if not vim.wait(20000, condition, 20) then
    seen.failed = what
    vim.fn.writefile({ vim.json.encode(seen) }, out)
    vim.cmd("cquit 3")
  end
end

local function line_of(text)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    if line:find(text, 1, true) then
      return number, line
    end
  end
end

local ok, problem = pcall(function()
  vim.cmd.edit(file)
  wait("attach", function()
    return #vim.lsp.get_clients({ bufnr = 0, name = "oauthgit" }) == 1
  end)
  local client = vim.lsp.get_clients({ bufnr = 0, name = "oauthgit" })[1]
  seen.encoding = client.offset_encoding

  local number = line_of("client_id: insights-production")
  local typed = '    user_login: {prompt: "é😀", request_refresh_token: "true"}'
  vim.api.nvim_buf_set_lines(0, number, number, false, { typed })
  wait("diagnostics", function()
    return #vim.diagnostic.get(0) >= 2
  end)
  for _, found in ipairs(vim.diagnostic.get(0)) do
    if found.code == "OG202" then
      seen.found = typed:sub(found.col + 1, found.end_col)
      seen.severity = found.severity
      vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
    end
  end
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.isPreferred
    end,
  })
  wait("fix", function()
    return line_of("request_refresh_token: true}") ~= nil
  end)
  local _, fixed = line_of("request_refresh_token: true}")
  seen.fixed = fixed

  local hidden = line_of("client_id: insights-production")
  vim.api.nvim_win_set_cursor(0, { hidden, 6 })
  local answers = vim.lsp.buf_request_sync(0, "textDocument/hover", vim.lsp.util.make_position_params(0, "utf-8"), 20000)
  for _, answer in pairs(answers) do
    seen.hover = answer.result and answer.result.contents.value
  end
  vim.lsp.buf.definition()
  wait("definition", function()
    return vim.api.nvim_buf_get_name(0) ~= file
  end)
  seen.jumped = vim.api.nvim_buf_get_name(0)
  seen.line = vim.api.nvim_get_current_line()
  wait("hints", function()
    return #vim.lsp.inlay_hint.get({ bufnr = 0 }) > 0
  end)
  seen.hint = vim.lsp.inlay_hint.get({ bufnr = 0 })[1].inlay_hint.label
end)
seen.problem = not ok and tostring(problem) or nil
vim.fn.writefile({ vim.json.encode(seen) }, out)
vim.cmd("qall!")
