window.YTD.tweets.part1 = [
 {
  "tweet": {
   "id_str": "503",
   "id": "503",
   "created_at": "Thu Jun 04 10:00:00 +0000 2026",
   "full_text": "Open today",
   "lang": "en",
   "entities": {
    "hashtags": [],
    "user_mentions": [],
    "urls": []
   },
   "favorite_count": "3",
   "retweet_count": "1"
  }
 }
]