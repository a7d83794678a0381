window.YTD.account.part0 = [
 {
  "account": {
   "username": "old_cafe",
   "accountId": "901",
   "createdAt": "2012-03-01T09:00:00.000Z",
   "accountDisplayName": "Old Cafe"
  }
 }
]