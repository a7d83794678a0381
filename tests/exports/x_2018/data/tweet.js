window.YTD.tweet.part0 = [
 {
  "id_str": "301",
  "id": "301",
  "created_at": "Mon Jun 04 10:00:00 +0000 2018",
  "full_text": "Hello @ann_b",
  "lang": "en",
  "entities": {
   "hashtags": [],
   "user_mentions": [
    {
     "name": "Ann B",
     "screen_name": "ann_b",
     "id_str": "22",
     "id": "22",
     "indices": [
      "0",
      "4"
     ]
    }
   ],
   "urls": []
  },
  "favorite_count": "3",
  "retweet_count": "1"
 }
]